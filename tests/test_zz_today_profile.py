import cProfile, pstats, time, datetime
from pathlib import Path
from django.test import TestCase, override_settings
from django.db import connection
from avrr.demo import setting, todays_cases, todays_journeys, todays_returns
class T(TestCase):
    @override_settings(TODAY="2026-11-22")
    def test_x(self):
        setting.ACCOUNTS_FILE = Path("/tmp/awda-today-prof/a.json")
        w = setting.build(datetime.date(2026,11,22))
        n=[0]
        def wrap(execute, sql, params, many, context):
            n[0]+=1
            return execute(sql, params, many, context)
        for m,names in ((todays_cases,("_refer","_register","_hold","_invite","_train")),(todays_journeys,("file_papers","prepare","close")),(todays_returns,("build","_travel","_follow_up"))):
            for name in names:
                def f(fn=getattr(m,name),name=name):
                    def g(*a):
                        s=time.time(); c=time.process_time(); q=n[0]
                        r=fn(*a)
                        print(name, round(time.time()-s,1), "cpu", round(time.process_time()-c,1), n[0]-q, flush=True)
                        return r
                    return g
                setattr(m,name,f())
        pr=cProfile.Profile()
        with connection.execute_wrapper(wrap):
            pass
            todays_cases.build(w)
            pass

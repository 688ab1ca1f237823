// Small comforts on top of pages that work without any of this. No inline code, no storage.
(() => {
  "use strict";

  const phone = window.matchMedia("(max-width: 35.99rem)");
  const faces = new WeakMap();
  let sending = false;

  // 1. One press, one request. The server's idempotency key is the real guard.
  const release = (form) => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) {
      if (!faces.has(button)) continue;
      button.disabled = false;
      button.replaceChildren(...faces.get(button));
      faces.delete(button);
    }
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    sending = true;
    const button = event.submitter;
    // After this turn, so that the pressed button's own name and value are still sent.
    setTimeout(() => {
      if (!button || button.type !== "submit" || !button.classList.contains("btn")) return;
      faces.set(button, [...button.childNodes]);
      button.replaceChildren(document.body.dataset.sending);
      button.disabled = true;
    });
    // A download leaves the page standing; a lost connection may too.
    setTimeout(() => {
      release(form);
      sending = false;
    }, 20000);
  });

  // The browser may bring the page back from its memory as it was left.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    sending = false;
    document.querySelectorAll("form[data-sent]").forEach(release);
  });

  // 2. Typed text is not left behind by accident.
  const changed = (element) => {
    if (element.disabled || element.type === "hidden") return false;
    if (element.type === "checkbox" || element.type === "radio") {
      return element.checked !== element.defaultChecked;
    }
    if (element.tagName === "SELECT") {
      const options = [...element.options];
      return options.some((option) => option.defaultSelected)
        ? options.some((option) => option.selected !== option.defaultSelected)
        : element.selectedIndex > 0;
    }
    if (element.type === "file") return element.files.length > 0;
    return "defaultValue" in element && element.value !== element.defaultValue;
  };

  const unsaved = (form) => form.querySelector(".errors") || [...form.elements].some(changed);

  window.addEventListener("beforeunload", (event) => {
    if (sending) return;
    if ([...document.querySelectorAll("form[data-guard]")].some(unsaved)) event.preventDefault();
  });

  // 3. The menu of small screens: a link to the list becomes a button that opens it.
  const toggle = document.querySelector("[data-toggle]");
  const navigation = toggle && document.getElementById(toggle.dataset.toggle);
  if (navigation) {
    const show = (open) => {
      navigation.classList.toggle("is-open", open);
      toggle.setAttribute("aria-expanded", String(open));
    };
    toggle.setAttribute("role", "button");
    toggle.setAttribute("aria-controls", navigation.id);
    show(false);
    toggle.addEventListener("click", (event) => {
      event.preventDefault();
      show(toggle.getAttribute("aria-expanded") !== "true");
    });
    toggle.addEventListener("keydown", (event) => {
      if (event.key === " ") {
        event.preventDefault();
        toggle.click();
      }
    });
    navigation.addEventListener("click", (event) => {
      if (event.target.closest(".menu-close")) {
        event.preventDefault();
        show(false);
        toggle.focus();
      }
    });
  }

  // 4. Menus close when one clicks elsewhere or presses Escape.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // 5. An unused filter takes no room on a phone; errors are read first.
  if (phone.matches) {
    for (const details of document.querySelectorAll("details[data-close-on-phone]")) {
      details.open = false;
    }
  }
  const errors = document.querySelector("[data-focus]");
  if (errors) errors.focus();
})();

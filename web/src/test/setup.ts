import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeEach } from "vitest";

// What is waited for comes at once, unless others need the processor, too.
configure({ asyncUtilTimeout: 5000 });

// jsdom knows <dialog> but neither opens nor closes it.
HTMLDialogElement.prototype.showModal ??= function showModal(this: HTMLDialogElement) {
  this.setAttribute("open", "");
};
HTMLDialogElement.prototype.close ??= function close(this: HTMLDialogElement) {
  this.removeAttribute("open");
  this.dispatchEvent(new Event("close"));
};
// Nothing is laid out in jsdom, so that nothing can be scrolled to.
Element.prototype.scrollIntoView ??= () => undefined;

beforeEach(() => {
  localStorage.clear();
});
afterEach(cleanup);

import { cleanup } from "@testing-library/react";
import { afterEach, beforeEach } from "vitest";

// jsdom knows <dialog> but neither opens nor closes it.
HTMLDialogElement.prototype.showModal ??= function showModal(this: HTMLDialogElement) {
  this.setAttribute("open", "");
};
HTMLDialogElement.prototype.close ??= function close(this: HTMLDialogElement) {
  this.removeAttribute("open");
  this.dispatchEvent(new Event("close"));
};

beforeEach(() => {
  localStorage.clear();
});
afterEach(cleanup);

import { fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test, vi } from "vitest";
import { show } from "../test/render";
import { Confirm, CopyButton, Dialog, ErrorNotice, Menu } from ".";
import { ApiError } from "../api/error";
import { durationOf, since } from "./time";

function WithDialog() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => { setOpen(true); }}>
        open
      </button>
      {open && (
        <Dialog title="Title" onClose={() => { setOpen(false); }}>
          <p>text</p>
        </Dialog>
      )}
    </>
  );
}

test("a dialog has its name, and gives the focus back when it closes", async () => {
  show(<WithDialog />);
  const button = screen.getByRole("button", { name: "open" });
  await userEvent.click(button);
  expect(screen.getByRole("dialog", { name: "Title" })).toBeDefined();
  await userEvent.click(screen.getByRole("button", { name: "Fermer" }));
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(document.activeElement).toBe(button);
});

test("Escape in a dialog within a dialog leaves the outer one", () => {
  const outer = vi.fn();
  const inner = vi.fn();
  show(
    <Dialog title="Outer" onClose={outer}>
      <Confirm title="Inner" lead="Sure" confirm="Yes" busy={false} error={new ApiError(403, { code: "forbidden" })} onConfirm={vi.fn()} onClose={inner} />
    </Dialog>,
  );
  const sure = screen.getByRole("dialog", { name: "Inner" });
  expect(within(sure).getByRole("alert").textContent).toContain("Vous n’avez pas le droit");
  fireEvent(sure, new Event("cancel", { cancelable: true }));
  expect(inner).toHaveBeenCalledOnce();
  expect(outer).not.toHaveBeenCalled();
});

test("an entry that is off is found, says why, and does nothing", async () => {
  const chosen = vi.fn();
  show(
    <Menu
      label="Choices"
      button={(wiring) => (
        <button type="button" {...wiring}>
          menu
        </button>
      )}
      entries={[{ key: "one", label: "one", refused: "not today", onSelect: chosen }]}
    />,
  );
  await userEvent.click(screen.getByRole("button", { name: "menu" }));
  const entry = screen.getByRole("menuitem");
  expect(entry.textContent).toContain("not today");
  expect(document.activeElement).toBe(entry);
  await userEvent.keyboard("{Enter}");
  expect(chosen).not.toHaveBeenCalled();
});

test("a menu is walked by arrows, chosen by Enter, left by Escape, and gives the focus back", async () => {
  const chosen = vi.fn();
  show(
    <Menu
      label="Choices"
      button={(wiring) => (
        <button type="button" {...wiring}>
          menu
        </button>
      )}
      entries={["one", "two", "three"].map((key) => ({ key, label: key, onSelect: () => chosen(key) as undefined }))}
    />,
  );
  const button = screen.getByRole("button", { name: "menu" });
  await userEvent.tab();
  await userEvent.keyboard("{Enter}");
  expect(document.activeElement?.textContent).toBe("one");
  await userEvent.keyboard("{ArrowUp}");
  expect(document.activeElement?.textContent).toBe("three");
  await userEvent.keyboard("{ArrowDown}{ArrowDown}{Enter}");
  expect(chosen).toHaveBeenCalledExactlyOnceWith("two");
  expect(document.activeElement).toBe(button);
  await userEvent.keyboard("{Enter}{Escape}");
  expect(screen.queryByRole("menu")).toBeNull();
  expect(document.activeElement).toBe(button);
});

test("a link that cannot be copied is shown", async () => {
  const user = userEvent.setup();
  vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new Error("refused"));
  show(<CopyButton url="https://x/abc-defg-hij" />);
  await user.click(screen.getByRole("button", { name: "Copier le lien" }));
  expect(await screen.findByText(/https:\/\/x\/abc-defg-hij/)).toBeDefined();
});

test("an unexpected error gives the reference to pass on, a refusal does not", () => {
  show(<ErrorNotice error={new ApiError(500, { code: "internal", requestId: "REQ7" })} />);
  expect(screen.getByRole("alert").textContent).toContain("REQ7");
  show(<ErrorNotice error={new ApiError(403, { code: "forbidden", requestId: "REQ8" })} />);
  expect(document.body.textContent).not.toContain("REQ8");
});

test("durations and distances are short", () => {
  expect(durationOf(187_000)).toBe("3:07");
  expect(durationOf(3_727_000)).toBe("1:02:07");
  const now = Date.parse("2026-01-02T09:00:00Z");
  expect(since("2026-01-01T08:00:00Z", "fr", now)).toBe("hier");
  expect(since("2026-01-02T08:55:00Z", "en", now)).toBe("5 minutes ago");
  expect(since("2026-01-02T08:59:50Z", "en", now)).toBe("now");
});

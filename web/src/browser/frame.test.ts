import { afterEach, expect, test, vi } from "vitest";
import { keepToRoom, openOutside } from "./frame";
import { aroundNav } from "./leaving";

afterEach(() => {
  vi.unstubAllGlobals();
  document.body.replaceChildren();
  history.replaceState(null, "", "/");
});

/** Shows the page in a frame of another one. */
function framed() {
  vi.stubGlobal("top", {});
  const opened: string[] = [];
  vi.stubGlobal("open", (url: URL, target: string, features: string) => opened.push(`${url.pathname} ${target} ${features}`));
  history.replaceState(null, "", "/abc-defg-hij");
  return opened;
}

function clicked(href: string): HTMLAnchorElement {
  const link = document.createElement("a");
  link.href = href;
  link.addEventListener("click", (event) => {
    event.preventDefault();
  });
  document.body.append(link);
  link.click();
  return link;
}

test("a page of its own window leads where it will", () => {
  const opened = vi.fn();
  vi.stubGlobal("open", opened);
  expect(openOutside("/account")).toBe(false);
  keepToRoom();
  expect(clicked("/account").target).toBe("");
  expect(opened).not.toHaveBeenCalled();
});

test("in a frame the room stays, and every other page opens a window of its own", () => {
  const opened = framed();
  const navigate = vi.fn();
  aroundNav(navigate, "/account");
  expect(opened).toEqual(["/account _blank noopener"]);
  expect(navigate).not.toHaveBeenCalled();
  aroundNav(navigate, "/abc-defg-hij?x=1");
  expect(navigate).toHaveBeenCalledOnce();

  keepToRoom();
  for (const [href, target] of [["/auth/login?returnTo=%2Fabc-defg-hij", "_blank"], ["https://elsewhere.example/", "_blank"], ["#main", ""]] as const) {
    expect(clicked(href).target).toBe(target);
  }
});

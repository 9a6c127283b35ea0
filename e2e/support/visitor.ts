import { expect, type BrowserContext, type Locator, type Page } from "@playwright/test";

import { iceServersOf } from "./media.ts";
import type { Witness } from "./witness.ts";
import { anyOf, filled, type Words } from "./words.ts";

/** The people whom the development provider knows. */
export type DemoPerson =
  | "Jeanne Morel" | "Amine Kader" | "Louise Petit" | "Paul Girard"
  | "Claire Vasseur" | "Marc Olivier" | "Samira Dufour";

/** Where visitors go. */
export interface Site {
  readonly url: string;
  /** The hosts that a browser may speak to: the site and, to sign in, its provider. */
  readonly hosts: string[];
  /** What its programs printed and logged so far. */
  said(): string;
}

export interface RoomSeen {
  slug: string;
  url: string;
  name: string;
}

/** Somebody in front of a browser of their own, and what they do with it. */
export class Visitor {
  readonly call: Call;

  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly witness: Witness,
    readonly site: Site,
    readonly words: Words,
  ) {
    this.call = new Call(page, words);
  }

  async open(path = "/"): Promise<void> {
    await this.page.goto(this.site.url + path);
  }

  /** Signs in by the real form of the development provider, from the page that is open. */
  async signIn(as: DemoPerson): Promise<void> {
    await this.page.getByRole("link", { name: this.words.common.signIn }).first().click();
    await this.choose(as);
    await expect(this.page.getByRole("button", { name: filled(this.words.common.accountOf, { name: as }) })).toBeVisible();
  }

  /** Ends all of this person's sign-ins by REST, for tests that count them. */
  async signOutEverywhere(): Promise<void> {
    const answer = await this.context.request.delete(`${this.site.url}/api/v1/sign-ins`, { headers: { Origin: this.site.url } });
    expect(answer.status(), await answer.text()).toBe(204);
  }

  /** Chooses a person on the development provider's page. */
  async choose(person: DemoPerson): Promise<void> {
    await this.page.getByRole("button", { name: person }).click();
  }

  /** Signs in as somebody whom the provider has known for an hour: no proof of now. */
  async signInOfEarlier(as: DemoPerson): Promise<void> {
    await this.page.getByRole("link", { name: this.words.common.signIn }).first().click();
    await this.page.getByRole("checkbox").check();
    await this.choose(as);
    await expect(this.page.getByRole("button", { name: filled(this.words.common.accountOf, { name: as }) })).toBeVisible();
  }

  /** Makes a room by REST with this browser's sign-in: where the room is no part of the story. */
  async makeRoom(room: { name: string; entry?: string; minAssurance?: string }): Promise<RoomSeen> {
    const answer = await this.context.request.post(`${this.site.url}/api/v1/rooms`, {
      data: room,
      headers: { Origin: this.site.url },
    });
    expect(answer.status(), await answer.text()).toBe(201);
    return answer.json();
  }

  /** Changes or archives a room by REST, from the version that it has now. */
  async changeRoom(room: RoomSeen, method: "PATCH" | "DELETE", change?: object): Promise<void> {
    const address = `${this.site.url}/api/v1/rooms/${room.slug}`;
    const { etag = "" } = (await this.context.request.get(address)).headers();
    const answer = await this.context.request.fetch(address, {
      method,
      headers: { "Content-Type": "application/merge-patch+json", "If-Match": etag, Origin: this.site.url },
      ...(change && { data: JSON.stringify(change) }),
    });
    expect(answer.ok(), await answer.text()).toBe(true);
  }

  /** Asks something of a room by REST with this browser's sign-in, where the way there on screen is no part of the story. */
  async ask<T>(room: RoomSeen, method: "GET" | "POST" | "PUT" | "PATCH", path: string, body?: object): Promise<T> {
    const answer = await this.context.request.fetch(`${this.site.url}/api/v1/rooms/${room.slug}/${path}`, {
      method,
      headers: { "Content-Type": method === "PATCH" ? "application/merge-patch+json" : "application/json", Origin: this.site.url },
      ...(body && { data: JSON.stringify(body) }),
    });
    expect(answer.ok(), `${method} ${path}: ${await answer.text()}`).toBe(true);
    return (answer.status() === 204 ? undefined : await answer.json()) as T;
  }

  /** Asks to be let in without a page: one more who waits. */
  async knock(room: RoomSeen, guestName: string, note?: string): Promise<void> {
    const { ticket } = await this.ask<{ ticket: { id: string } }>(room, "POST", "join", { name: guestName });
    if (note !== undefined) await this.ask(room, "PUT", `lobby/${ticket.id}/note`, { text: note });
  }

  /** Who waits, as hosts are told. */
  async waiting(room: RoomSeen): Promise<{ id: string; name: string }[]> {
    return (await this.ask<{ items: { id: string; name: string }[] }>(room, "GET", "lobby")).items;
  }

  /** The id by which hosts speak of somebody in the call. */
  async idOf(room: RoomSeen, name: string): Promise<string> {
    let id = "";
    await expect.poll(async () => {
      const { items } = await this.ask<{ items: { id: string; name: string }[] }>(room, "GET", "participants");
      return (id = items.find((one) => one.name === name)?.id ?? "");
    }, { message: `${name} is in the call` }).not.toBe("");
    return id;
  }

  /** Has the door of rooms answer this browser with a problem from now on, or as it should again. */
  async refuseAtDoor(problem?: { status: number; code: string }): Promise<void> {
    await this.page.unroute("**/join");
    if (problem === undefined) return;
    await this.page.route("**/join", (route) => route.fulfill({
      status: problem.status,
      contentType: "application/problem+json",
      headers: { "Retry-After": "600" },
      body: JSON.stringify({ ...problem, type: `/problems/${problem.code}`, title: problem.code }),
    }));
  }

  /** Opens a room's page and goes in from before joining; guests give their name. */
  async enter(room: RoomSeen, guestName?: string): Promise<void> {
    await this.open(`/${room.slug}`);
    await this.join(guestName);
  }

  /** Opens a room's page and asks to be let in; guests give their name. */
  async enterLobby(room: RoomSeen, guestName?: string): Promise<void> {
    await this.open(`/${room.slug}`);
    if (guestName !== undefined) await this.page.getByRole("textbox", { name: this.words.prejoin.name }).fill(guestName);
    await expect(this.page.getByLabel(this.words.prejoin.preview)).toBeVisible();
    await this.page.getByRole("button", { name: this.words.lobby.knock, exact: true }).click();
    await expect(this.page.getByRole("heading", { name: this.words.lobby.title })).toBeVisible();
  }

  /** Goes in from the page before joining, once one's own picture is there. */
  async join(guestName?: string, { withoutCamera = false } = {}): Promise<void> {
    if (guestName !== undefined) await this.page.getByRole("textbox", { name: this.words.prejoin.name }).fill(guestName);
    if (!withoutCamera) await expect(this.page.getByLabel(this.words.prejoin.preview)).toBeVisible();
    await this.page.getByRole("button", { name: this.words.prejoin.join, exact: true }).click();
    await this.call.expectIn();
  }
}

/** The call as a person sees and operates it. */
export class Call {
  readonly controls: Locator;

  constructor(readonly page: Page, private readonly words: Words) {
    this.controls = page.getByRole("navigation", { name: words.call.controls });
  }

  async expectIn(): Promise<void> {
    await expect(this.controls).toBeVisible({ timeout: 20_000 });
    await expect(this.control("leave")).toBeEnabled();
  }

  /** A button of the dock, by its key in the catalogue. */
  control(key: "micOff" | "micOn" | "cameraOff" | "cameraOn" | "screenOn" | "screenOff" | "handRaise" | "handLower" | "react" | "more" | "leave"): Locator {
    return this.controls.getByRole("button", { name: this.words.call[key], exact: true });
  }

  /** The button of the chat says how many lines are unread. */
  get chatButton(): Locator {
    const { chat, chatUnread_one, chatUnread_other } = this.words.call;
    return this.#buttonOf(chat, chatUnread_one, chatUnread_other);
  }

  /** The button of the list of people says how many hands are raised. */
  get peopleButton(): Locator {
    const { peoplePanel, peopleHands_one, peopleHands_other } = this.words.call;
    const { peopleWaiting_one, peopleWaiting_other } = this.words.lobby;
    return this.#buttonOf(peoplePanel, peopleHands_one, peopleHands_other, peopleWaiting_one, peopleWaiting_other);
  }

  #buttonOf(...names: string[]): Locator {
    return this.controls.getByRole("button", { name: new RegExp(names.map((name) => anyOf(name).source).join("|")) });
  }

  /** Opens what a host may do with somebody, from the list of people, which is open. */
  async manage(name: string): Promise<void> {
    await this.page.getByRole("button", { name: filled(this.words.hosting.manage, { name }) }).first().click(); // a raised hand has one, too
    await expect(this.page.getByRole("dialog")).toBeVisible();
  }

  tile(name: string): Locator {
    return this.page.locator("[data-participant]").filter({ hasText: name });
  }

  video(name: string): Locator {
    return this.tile(name).locator("video").first();
  }

  screen(name: string): Locator {
    return this.page.locator("[data-screen]").filter({ hasText: filled(this.words.call.screenOf, { name }) }).locator("video");
  }

  /** Holds that a line stands in the chat, once. */
  async expectLine(text: string): Promise<void> {
    const lines = this.page.getByRole("complementary", { name: this.words.call.chat }).getByRole("listitem");
    await expect(lines.filter({ hasText: text })).toHaveCount(1);
  }

  get reactions(): Locator {
    return this.page.getByTestId("reactions");
  }

  async openChat(): Promise<void> {
    await this.chatButton.click();
    await expect(this.page.getByRole("textbox", { name: this.words.call.write })).toBeVisible();
  }

  async say(text: string): Promise<void> {
    await this.page.getByRole("textbox", { name: this.words.call.write }).fill(text);
    await this.page.getByRole("button", { name: this.words.call.send, exact: true }).click();
  }

  /** Holds that every ICE server that the browser was given is on this machine. */
  async expectOwnIceServers(): Promise<void> {
    const hosts = (await iceServersOf(this.page)).map((url) => url.replace(/^(stuns?|turns?):/, "").replace(/[:?].*$/, ""));
    expect(hosts.filter((host) => host !== "127.0.0.1" && host !== "localhost"), "foreign ICE servers").toEqual([]);
    expect(hosts.length, "ICE servers that were given").toBeGreaterThan(0);
  }
}

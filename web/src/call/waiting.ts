import { ApiError, asApiError } from "../api/error";
import { isReason, isWaiting, type Ticket, type Waiting } from "../api/lobby";
import type { LobbyState, StreamView, TicketNews } from "../api/stream";
import type { Joined } from "../api/types";
import { backoff } from "./backoff";
import { Store } from "./store";

/** What the engine of waiting asks for. All but the stream throw ApiError. */
export interface WaitingApi {
  join(): Promise<Joined | Waiting>;
  note(ticket: string, text: string): Promise<void>;
  leave(ticket: string): Promise<void>;
  /** Answers how to let go of the right to enter by a ticket, or undefined while another tab of this browser has it. */
  claim(ticket: string): Promise<(() => void) | undefined>;
}

/** The news of one's place, pushed. */
export interface WaitingNews {
  view: Pick<Store<StreamView<LobbyState>>, "get" | "subscribe">;
  reopen(): void;
  /** Says to the other tabs of this browser what this one knows first. */
  tell(event: { type: string; data: string }): void;
}

/**
 * How the waiting ended. `refused` is a host's no, `elsewhere` that another tab of this browser is in; what the door
 * itself says has the door's code.
 */
export type Outcome =
  | { type: "joined"; joined: Joined }
  | { type: "left" | "refused" | "elsewhere" }
  | { type: "door"; error: ApiError };

export interface WaitingView {
  ticket: Ticket;
  /** A host has said yes: the call is under way. */
  admitted: boolean;
  /** Nothing can be heard for the moment; the place is kept. */
  lost: boolean;
  note: { text: string; state: "unsent" | "sending" | "sent" | { failed: string } };
  outcome: Outcome | undefined;
}

const spread = 1500;
const mostOften = 20_000;

/**
 * Waiting for a host, from the first ticket to the way in. Decisions are pushed; where they cannot be, it asks the door
 * again, every 20 s at most, which keeps the place as well. It refuses to know React.
 */
export class WaitingRoom {
  readonly view: Store<WaitingView>;
  private readonly api: WaitingApi;
  private readonly news: WaitingNews;
  private readonly random: () => number;
  private next: ReturnType<typeof setTimeout> | undefined;
  private fallback: ReturnType<typeof setTimeout> | undefined;
  private asking = false;
  private askAnew = false;
  private askedAt = Date.now();
  private failures = 0;
  private turn = 0;
  private unsubscribe: (() => void) | undefined;

  constructor(api: WaitingApi, news: WaitingNews, waiting: Waiting, random: () => number = Math.random) {
    this.api = api;
    this.news = news;
    this.random = random;
    const { ticket } = waiting;
    this.view = new Store<WaitingView>({
      ticket,
      admitted: false,
      lost: false,
      note: { text: ticket.note, state: ticket.note === "" ? "unsent" : "sent" },
      outcome: undefined,
    });
  }

  private get over(): boolean {
    return this.view.get().outcome !== undefined;
  }

  start(): void {
    if (this.unsubscribe !== undefined || this.over) return;
    this.unsubscribe = this.news.view.subscribe(() => { this.hear(); });
    this.hear();
  }

  stop(): void {
    this.unsubscribe?.();
    this.unsubscribe = undefined;
    clearTimeout(this.next);
    clearTimeout(this.fallback);
    this.fallback = undefined;
  }

  async write(text: string): Promise<void> {
    this.view.set({ note: { text, state: "sending" } });
    try {
      await this.api.note(this.view.get().ticket.id, text);
      this.view.set({ note: { text, state: "sent" } });
    } catch (error) {
      this.view.set({ note: { text, state: { failed: asApiError(error).code } } });
    }
  }

  /** Gives up the place. The server finds out by itself when it cannot be told. */
  leave(): void {
    const { id } = this.view.get().ticket;
    this.finish({ type: "left" });
    // Else they would find the place gone, and ask for it anew.
    this.news.tell({ type: "ticket", data: JSON.stringify({ id, state: "gone", reason: "left" }) });
    void this.api.leave(id).catch(() => undefined);
  }

  /** Knocks again, with what has become known of the person: the place stays the same. */
  renew(): void {
    if (!this.over) this.askIn(0);
  }

  private hear(): void {
    if (this.over) return;
    const { state, link } = this.news.view.get();
    const deaf = link.name === "down" || link.name === "refused";
    this.view.set({ lost: deaf || this.failures > 0 });
    clearTimeout(this.fallback);
    if (deaf) this.fallback = setTimeout(() => { void this.ask(); }, this.askedAt + mostOften + this.random() * spread - Date.now());
    if (state.ticket !== undefined) this.decided(state.ticket);
  }

  private decided(news: TicketNews): void {
    if (news.id !== this.view.get().ticket.id || news.turn === this.turn) return;
    this.turn = news.turn;
    switch (news.state) {
      case "admitted":
        this.view.set({ admitted: true });
        this.askIn(0);
        break;
      case "again":
        this.askIn(this.random() * spread);
        break;
      case "refused":
        this.finish({ type: "refused" });
        break;
      case "gone":
        // Left from another tab, that is what the person wants; a place that has run out is asked for anew.
        if (news.reason === "left") this.finish({ type: "left" });
        else this.askIn(this.random() * spread);
        break;
      case "waiting": {
        const { ticket } = this.view.get();
        if (isReason(news.reason)) this.view.set({ ticket: { ...ticket, reason: news.reason } });
      }
    }
  }

  private askIn(pause: number): void {
    clearTimeout(this.next);
    this.next = setTimeout(() => { void this.ask(); }, pause);
  }

  private async ask(): Promise<void> {
    // News that comes while the door answers may be news to the answer.
    this.askAnew = this.asking;
    if (this.asking) return;
    clearTimeout(this.next);
    clearTimeout(this.fallback);
    this.asking = true;
    this.askedAt = Date.now();
    const { ticket } = this.view.get();
    // All tabs that wait hear the same yes: one of them goes in, or the person would hear themselves.
    const letGo = await this.api.claim(ticket.id);
    const answer = letGo === undefined ? undefined : await this.api.join().catch(asApiError);
    this.asking = false;
    if (answer === undefined || answer instanceof ApiError || isWaiting(answer)) letGo?.();
    if (this.over) return;
    if (answer === undefined) {
      this.leaveTo();
      return;
    }
    if (answer instanceof ApiError) this.failed(answer);
    else if (isWaiting(answer)) this.waitOn(answer.ticket);
    else this.finish({ type: "joined", joined: answer });
  }

  /** Another tab knocks, or is in already. */
  private leaveTo(): void {
    const news = this.news.view.get().state.ticket;
    const decided = news?.id === this.view.get().ticket.id && (news.state === "admitted" || news.state === "gone");
    if (decided) this.finish({ type: "elsewhere" });
    else this.hear();
  }

  private waitOn(ticket: Ticket): void {
    this.failures = 0;
    const { ticket: before, note } = this.view.get();
    this.view.set({ ticket, admitted: false });
    // A new place has no line yet.
    if (ticket.id !== before.id && ticket.note === "" && note.state === "sent" && note.text !== "") void this.write(note.text);
    if (this.askAnew) this.askIn(this.random() * spread);
    // It may have been refused because there was no ticket any more.
    if (this.news.view.get().link.name !== "open") this.news.reopen();
    this.hear();
  }

  private failed(error: ApiError): void {
    if (error.code === "refused") this.finish({ type: "refused" });
    else if (!error.passing || error.code === "lobby-full") this.finish({ type: "door", error });
    else {
      this.failures += 1;
      this.view.set({ lost: true });
      this.askIn(backoff(this.failures + 2, error.retryAfter, this.random));
    }
  }

  private finish(outcome: Outcome): void {
    this.stop();
    this.view.set({ outcome });
  }
}

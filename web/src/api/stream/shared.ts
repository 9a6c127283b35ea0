import { Store } from "../../call/store";
import { Connection, type Link, type Wakes } from "./connection";
import type { StreamEvent } from "./parser";
import type { Source } from "./source";

/** What every tab knows of a stream: what its events have added up to, and whether more can be heard. */
export interface StreamView<State> {
  state: State;
  link: Link;
}

/** What a stream's events mean. The sum must survive structured cloning, for it is handed from tab to tab. */
export interface Meaning<State> {
  start: State;
  add(state: State, event: Pick<StreamEvent, "type" | "data">): State;
  /** What may still be shown of it after the server has refused to say more. */
  refused(state: State): State;
}

/** The part of Web Locks that a leader needs. */
type Locks = Pick<LockManager, "request">;

/** The part of a BroadcastChannel that tabs speak by. */
export interface Channel {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
  close(): void;
}

export interface Surroundings {
  source: Source;
  wakes: Wakes;
  /** Absent: this tab holds a stream of its own. */
  locks?: Locks | undefined;
  channel?: ((name: string) => Channel) | undefined;
  visible: () => boolean;
  random: () => number;
}

type Message<State> =
  | { type: "hello" } // somebody new listens, or wants a refused stream tried again
  | { type: "view"; view: StreamView<State>; lastEventId: string }
  | { type: "alive" }
  | { type: "tell"; event: Pick<StreamEvent, "type" | "data"> };

// A leader passes on what it hears, at least a comment each 15 s. One that is silent this long is frozen by its browser.
const silentAfter = 60_000;
const listenEvery = 10_000;

/**
 * One stream for all tabs of a browser. Who gets the lock leads: it holds the connection and says to the others what its
 * events add up to, whole each time, so that whoever comes late or takes over knows all. When the leader's tab closes,
 * the browser gives the lock to the next.
 */
export class SharedStream<State> {
  readonly view: Store<StreamView<State>>;
  private readonly address: string;
  private readonly name: string;
  private readonly meaning: Meaning<State>;
  private readonly around: Surroundings;
  private channel: Channel | undefined;
  private connection: Connection | undefined;
  private lead: { stop: () => void } | undefined;
  private queue: AbortController | undefined;
  private watch: ReturnType<typeof setInterval> | undefined;
  private lastEventId = "";
  private heardAt = 0;
  private running = false;

  constructor(address: string, meaning: Meaning<State>, around: Surroundings, name = address) {
    this.address = address;
    this.name = name;
    this.meaning = meaning;
    this.around = around;
    this.view = new Store<StreamView<State>>({ state: meaning.start, link: { name: "opening" } });
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    this.lastEventId = "";
    this.view.set({ state: this.meaning.start, link: { name: "opening" } });
    const { locks, channel } = this.around;
    if (locks === undefined || channel === undefined) {
      this.connect();
      return;
    }
    this.channel = channel(this.name);
    this.channel.onmessage = (event) => { this.hear(event.data as Message<State>); };
    this.say({ type: "hello" });
    this.heardAt = Date.now();
    this.follow(false);
    this.watch = setInterval(() => { this.suspect(); }, listenEvery);
  }

  stop(): void {
    this.running = false;
    clearInterval(this.watch);
    this.queue?.abort();
    this.queue = undefined;
    this.stepDown();
    this.channel?.close();
    this.channel = undefined;
  }

  /** Tries again at once where the stream was refused or lost. */
  reopen(): void {
    if (this.connection !== undefined) this.connection.reopen();
    else this.say({ type: "hello" });
  }

  /** What this tab knows before the server says it: its own act, already answered. */
  tell(event: Pick<StreamEvent, "type" | "data">): void {
    this.view.set({ state: this.meaning.add(this.view.get().state, event) });
    if (this.connection === undefined) this.say({ type: "tell", event });
    else this.publish();
  }

  private follow(steal: boolean): void {
    const { locks } = this.around;
    if (locks === undefined || !this.running) return;
    this.queue?.abort();
    const queue = new AbortController();
    this.queue = queue;
    const options: LockOptions = steal ? { steal: true } : { signal: queue.signal };
    locks
      .request(this.name, options, () => (queue.signal.aborted ? undefined : this.takeLead()))
      .catch(() => {
        // Aborted by ourselves, or taken by a tab that thought this one frozen: then it queues anew.
        if (queue.signal.aborted || queue !== this.queue) return;
        this.stepDown();
        this.heardAt = Date.now();
        this.follow(false);
      });
  }

  /** Answers a promise that lasts as long as this tab leads. */
  private takeLead(): Promise<void> | undefined {
    if (!this.running) return undefined;
    return new Promise((stop) => {
      this.lead = { stop };
      this.connect();
    });
  }

  private stepDown(): void {
    this.connection?.close();
    this.connection = undefined;
    this.lead?.stop();
    this.lead = undefined;
  }

  private connect(): void {
    const { source, wakes, random } = this.around;
    this.connection = new Connection(
      this.address,
      this.lastEventId,
      source,
      wakes,
      {
        event: (event) => {
          this.view.set({ state: this.meaning.add(this.view.get().state, event) });
          this.lastEventId = event.id;
          this.publish();
        },
        link: (link) => {
          const { state } = this.view.get();
          this.view.set({ link, state: link.name === "refused" ? this.meaning.refused(state) : state });
          if (link.name === "refused") this.lastEventId = "";
          this.publish();
        },
        alive: () => { this.say({ type: "alive" }); },
      },
      random,
    );
  }

  private publish(): void {
    this.say({ type: "view", view: this.view.get(), lastEventId: this.lastEventId });
  }

  private say(message: Message<State>): void {
    this.channel?.postMessage(message);
  }

  private hear(message: Message<State>): void {
    if (!this.running) return;
    if (this.connection !== undefined) {
      if (message.type === "hello") {
        this.publish();
        this.connection.reopen();
      }
      if (message.type === "tell") this.tell(message.event);
      return;
    }
    if (message.type === "view" || message.type === "alive") this.heardAt = Date.now();
    if (message.type === "view") {
      this.lastEventId = message.lastEventId;
      this.view.set(message.view);
    }
    if (message.type === "tell") this.view.set({ state: this.meaning.add(this.view.get().state, message.event) });
  }

  // Only a tab that somebody looks at takes the lead from another: hidden ones are the frozen ones.
  private suspect(): void {
    if (this.connection !== undefined) return;
    if (!this.around.visible()) this.heardAt = Math.max(this.heardAt, Date.now() - silentAfter + listenEvery * 2);
    else if (Date.now() - this.heardAt > silentAfter) this.follow(true);
  }
}

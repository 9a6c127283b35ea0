import { ApiError, asApiError } from "../api/error";
import type { Ability, Source } from "../api/hosting";
import { isWaiting, type Waiting } from "../api/lobby";
import type { Joined } from "../api/types";
import { float, sink, type Floating } from "./floating";
import { hasGap, hear, joinedAs, read, silent, unsure, type Live, type Said } from "./live";
import type { DeviceTrouble } from "./media/devices";
import { peopleNotices, saidNotices, type Notice } from "./notices";
import { Outbox, type Unsent } from "./outbox";
import { settleOrder } from "./layout/stage";
import { keepSame, withAbsent, type Person } from "./people";
import { step, type Phase, type PhaseEvent } from "./phase";
import type { CallApi, Media, MediaEvents, Own, Publishable } from "./ports";
import { abilityOf, forbiddenTo, isForbiddenAnew, isOff } from "./rules";
import { readSignal, type ReactionName, type Signal } from "./signal";
import { Store } from "./store";
import { Tellings, toldBetween, type Telling } from "./tellings";

/** Everything that the screen of a call shows. */
export interface CallView {
  phase: Phase;
  joined: Joined;
  people: readonly Person[];
  own: Own;
  said: Said;
  unsent: readonly Unsent[];
  floating: readonly Floating[];
  soundBlocked: boolean;
  trouble: { kind: Publishable; trouble: DeviceTrouble } | undefined;
  failed: string | undefined;
  startedAt: number | undefined;
  /** Lines of others since the chat was last open. */
  unread: number;
  told: readonly Telling[];
  /** The name of a host who asks this person to turn the microphone on; may be empty. */
  asked: string | undefined;
  /** The name of who ended the meeting for everybody; may be empty. */
  endedBy: string | undefined;
  /** Whether the meeting ended because its longest time was over. */
  endedByTime: boolean;
  /** The place in the lobby that this person was sent back to; the call is over then. */
  waiting: Waiting | undefined;
  /** Grows with each act of a host upon somebody: what was read of the people before is old. */
  acts: number;
}

const gapPause = 250;
const readAgain = 2000;
const allowPatience = 5000;
const kinds: Record<Source, Publishable> = { microphone: "mic", camera: "camera", screen: "screen" };
const sources = ["microphone", "camera", "screen"] as const satisfies readonly Source[];
const nobody: Own = { may: { mic: true, camera: true, screen: true }, micOn: false, cameraOn: false, screenOn: false };

/**
 * A person's call from the first pass to leaving. It owns the view, keeps it true over lost connections, and refuses to
 * know React or livekit-client. Everything runs on the browser's one thread; `generation` tells late answers of an
 * earlier connection apart.
 */
export class Call {
  readonly view: Store<CallView>;
  private readonly api: CallApi;
  private readonly media: Media;
  private readonly outbox: Outbox;
  private readonly random: () => number;
  private readonly noticeListeners = new Set<(notice: Notice) => void>();
  private readonly mine = new Set<string>();
  private readonly tellings: Tellings;
  private request = ""; // of the host who asks to unmute
  private live: Live;
  private everRead = false;
  private generation = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private readTimer: ReturnType<typeof setTimeout> | undefined;
  private sinkTimer: ReturnType<typeof setTimeout> | undefined;
  private reading = false;
  private floated = 0;
  private seats: readonly Person[] = [];
  private order: string[] = [];
  private fit = Infinity;
  private chatOpen = false;

  constructor(api: CallApi, media: (events: MediaEvents) => Media, joined: Joined, random: () => number = Math.random) {
    this.api = api;
    this.random = random;
    this.media = media(this.mediaEvents());
    this.outbox = new Outbox((unsent) => {
      this.view.set({ unsent });
    });
    this.tellings = new Tellings((told) => {
      this.view.set({ told });
    });
    this.live = silent(joined.participant.id, joined.role);
    this.mine.add(joined.participant.id);
    this.view = new Store<CallView>({
      phase: { name: "connecting", attempt: 0, again: false },
      joined,
      people: [],
      own: nobody,
      said: this.live.view,
      unsent: [],
      floating: [],
      soundBlocked: false,
      trouble: undefined,
      failed: undefined,
      startedAt: undefined,
      unread: 0,
      told: [],
      asked: undefined,
      endedBy: undefined,
      endedByTime: false,
      waiting: undefined,
      acts: 0,
    });
  }

  start(): void {
    void this.connect(this.view.get().joined);
  }

  isMine(participant: string): boolean {
    return this.mine.has(participant);
  }

  onNotice(listener: (notice: Notice) => void): () => void {
    this.noticeListeners.add(listener);
    return () => this.noticeListeners.delete(listener);
  }

  // ── what the person does ────────────────────────────────────────────────────────────────────────────────────────

  async leave(): Promise<void> {
    const me = this.me;
    this.happen({ type: "leave" });
    await this.api.leave(me).catch(() => undefined); // the server finds out by itself, a little later
  }

  /** The page goes away: no answer can be waited for. */
  leaveNow(): void {
    if (this.view.get().phase.name !== "over") this.api.leaveNow(this.me);
  }

  retryNow(): void {
    this.happen({ type: "retry" });
  }

  async turn(kind: Publishable, on: boolean): Promise<void> {
    const ability = abilityOf(kind);
    if (on && this.isOff(ability)) {
      this.explain(ability);
      return;
    }
    this.view.set(kind === "mic" ? { trouble: undefined, asked: undefined } : { trouble: undefined });
    await this.media.turn(kind, on);
  }

  isOff(ability: Ability): boolean {
    const { said, own } = this.view.get();
    return isOff(ability, forbiddenTo(said.rules, said.role), own.may);
  }

  /** Says why a control does nothing. */
  explain(ability: Ability): void {
    this.tellings.add({ type: "off", abilities: [ability] });
  }

  /** Turns the microphone on because a host asked, or leaves it off. Agreeing allows it to this person. */
  async answerAsked(unmute: boolean): Promise<void> {
    this.view.set({ asked: undefined });
    if (!unmute) return;
    const { request } = this;
    if (request !== "") await this.attempt(() => this.api.agreeToUnmute(this.me, request));
    if (this.isOff("microphone")) await this.whenAllowed();
    await this.turn("mic", true);
  }

  // The right comes by the SFU and the word of it by a signal, each in its own time.
  private whenAllowed(): Promise<void> {
    void this.readState();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(patience);
        unsubscribe();
        resolve();
      };
      const patience = setTimeout(done, allowPatience);
      const unsubscribe = this.view.subscribe(() => {
        if (!this.isOff("microphone")) done();
      });
    });
  }

  private wasAsked({ by, request }: { by: string; request: string }): void {
    if (this.view.get().own.micOn) return;
    this.request = request;
    this.view.set({ asked: by });
  }

  forgetTold(key: number): void {
    this.tellings.drop(key);
  }

  choose(kind: "mic" | "camera" | "speaker", deviceId: string): Promise<void> {
    return this.media.choose(kind, deviceId);
  }

  chosen(kind: "mic" | "camera" | "speaker"): string | undefined {
    return this.media.chosen(kind);
  }

  micTrack(): MediaStreamTrack | undefined {
    return this.media.micTrack();
  }

  startSound(): Promise<void> {
    return this.media.startSound();
  }

  say(text: string): void {
    void this.outbox.send(text, async () => {
      const me = this.me;
      const { id, at, seq } = await this.api.say(me, text);
      this.listen({ type: "message", seq, data: { id, at, text, participant: me, name: this.view.get().joined.participant.name } });
    });
  }

  sayAgain(key: number): void {
    const text = this.outbox.take(key);
    if (text !== undefined) this.say(text);
  }

  get handUp(): boolean {
    return this.live.view.hands.some((hand) => hand.participant === this.me);
  }

  raise(raised: boolean): Promise<void> {
    return this.attempt(() => this.api.raise(this.me, raised));
  }

  react(reaction: ReactionName): Promise<void> {
    return this.attempt(() => this.api.react(this.me, reaction));
  }

  /** While the chat is open its lines count as read. */
  watchChat(open: boolean): void {
    this.chatOpen = open;
    if (open) this.view.set({ unread: 0 });
  }

  /** How many tiles the first page holds: who speaks is kept among them. */
  fitting(fit: number): void {
    if (fit === this.fit) return;
    this.fit = fit;
    this.seat(this.seats);
  }

  forgetFailure(): void {
    this.view.set({ failed: undefined, trouble: undefined });
  }

  // ── connection ──────────────────────────────────────────────────────────────────────────────────────────────────

  private get me(): string {
    return this.view.get().joined.participant.id;
  }

  private happen(event: PhaseEvent): void {
    const before = this.view.get().phase;
    const { phase, effect } = step(before, event, { now: Date.now(), random: this.random });
    if (phase !== before) this.view.set({ phase });
    if (phase.name !== "waiting") clearTimeout(this.retryTimer);
    switch (effect.type) {
      case "rejoin":
        void this.rejoin();
        break;
      case "wait":
        clearTimeout(this.retryTimer);
        this.retryTimer = setTimeout(() => {
          this.happen({ type: "retry" });
        }, effect.until - Date.now());
        break;
      case "end":
        this.end();
        break;
      case "none":
    }
    if (before.name === "live" && phase.name !== "live" && phase.name !== "over") this.tell({ type: "reconnecting" });
    if (before.name !== "live" && phase.name === "live" && this.view.get().startedAt !== undefined) {
      this.tell({ type: "reconnected" });
    }
  }

  private async connect(joined: Joined): Promise<void> {
    const generation = ++this.generation;
    try {
      await this.media.connect(joined.livekit.url, joined.livekit.token);
    } catch {
      if (generation === this.generation) this.happen({ type: "connect-failed" });
      return;
    }
    if (generation !== this.generation) return;
    this.live = unsure(this.live);
    this.happen({ type: "connected" });
    if (this.view.get().startedAt === undefined) this.view.set({ startedAt: Date.now() });
    void this.readState();
  }

  /** Joins anew. Who was removed is not let back in by a machine; an admission left behind would stand as a ghost. */
  private async rejoin(): Promise<void> {
    const generation = ++this.generation;
    const before = this.me;
    const wasUp = this.handUp;
    try {
      await this.askWhetherRemoved(before);
      if (generation !== this.generation) return;
      await this.media.disconnect();
      // Into a locked room one comes back by the seat that one still has: it is given up only for the new one.
      const joined = await this.api.join();
      if (isWaiting(joined)) {
        if (generation !== this.generation) return;
        this.view.set({ waiting: joined });
        this.happen({ type: "sent-back" });
        return;
      }
      if (this.view.get().startedAt !== undefined) await this.api.leave(before).catch(() => undefined);
      if (generation !== this.generation) return;
      this.mine.add(joined.participant.id);
      this.live = joinedAs(this.live, joined.participant.id, joined.role);
      this.view.set({ joined });
      await this.connect(joined);
      if (wasUp && this.view.get().phase.name === "live") await this.raise(true);
    } catch (error) {
      if (generation === this.generation) this.happen({ type: "refused", error: asApiError(error) });
    }
  }

  private async askWhetherRemoved(participant: string): Promise<void> {
    try {
      await this.api.state(participant);
    } catch (error) {
      if (error instanceof ApiError && (isOut(error) || error.passing)) throw error;
    }
  }

  private end(): void {
    this.generation += 1;
    clearTimeout(this.retryTimer);
    clearTimeout(this.readTimer);
    clearTimeout(this.sinkTimer);
    void this.media.disconnect();
    this.tellings.clear();
    this.seats = [];
    this.view.set({ people: [], floating: [], soundBlocked: false, asked: undefined });
  }

  private mediaEvents(): MediaEvents {
    return {
      people: (people, own) => {
        const before = this.seats;
        const live = this.view.get().phase.name === "live";
        // While a connection is mended nobody is known to have left: seats stay, only their pictures go.
        this.seats = keepSame(before, live ? people : withAbsent(before, people));
        if (live || before.length === 0) this.owns(own);
        if (own.micOn && this.view.get().asked !== undefined) this.view.set({ asked: undefined });
        this.seat(this.seats);
        if (live && before.length > 0) peopleNotices(before, people).forEach(this.tell);
      },
      signal: (payload) => {
        const signal = readSignal(payload);
        if (signal !== undefined) this.listen(signal);
      },
      healing: () => {
        this.happen({ type: "healing" });
      },
      healed: () => {
        this.live = unsure(this.live);
        this.happen({ type: "healed" });
        void this.readState();
      },
      cut: (how) => {
        this.happen({ type: "cut", cut: how });
      },
      soundBlocked: (soundBlocked) => {
        this.view.set({ soundBlocked });
      },
      trouble: (kind, trouble) => {
        this.view.set({ trouble: { kind, trouble } });
      },
    };
  }

  // ── what the server says ────────────────────────────────────────────────────────────────────────────────────────

  private listen(signal: Signal): void {
    switch (signal.type) {
      case "reaction":
        this.show(signal.data.items);
        return;
      case "muted":
        this.muted(signal.data);
        return;
      case "unmute-asked":
        this.wasAsked(signal.data);
        return;
      case "ended":
        this.view.set({ endedBy: signal.data.by, endedByTime: signal.data.byTime });
        this.happen({ type: "cut", cut: "ended" });
        return;
      default:
        this.hearInOrder(signal);
    }
  }

  private hearInOrder(signal: Signal): void {
    const before = this.live;
    this.hold(hear(before, signal), "data" in signal && "by" in signal.data ? signal.data.by : "", true);
    if (this.live === before) return;
    if (signal.type === "renamed") this.renamed(signal.data);
    if (signal.type === "administrator" && !this.mine.has(signal.data.participant)) {
      this.tellings.add({ type: "administrator", name: signal.data.name, everywhere: signal.data.everywhere });
    }
    if (signal.type === "role" || signal.type === "restrictions" || signal.type === "renamed") {
      this.view.set({ acts: this.view.get().acts + 1 });
    }
    // Signals may overtake each other: only a gap that stays is worth a question.
    if (hasGap(this.live)) this.readSoon(gapPause);
  }

  private owns(own: Own): void {
    const { own: before } = this.view.get();
    this.view.set({ own });
    // What is on still may only not have been silenced yet.
    for (const source of sources) {
      const on = `${kinds[source]}On` as const;
      if (own[on] && !before[on]) this.tellings.started(source);
    }
  }

  // The SFU has silenced the track already; the device is let go too, so that nothing turns on by itself later.
  // To everybody whom it concerns at once it is said without a name.
  private muted({ participant, source, by }: { participant: string; source: Source; by: string }): void {
    if (participant !== this.me && participant !== "") return;
    void this.media.turn(kinds[source], false);
    this.tellings.add({ type: "muted", source, by });
  }

  private renamed({ participant, name }: { participant: string; name: string }): void {
    const { joined } = this.view.get();
    if (participant === this.me) this.view.set({ joined: { ...joined, participant: { ...joined.participant, name } } });
  }

  // What is read back is history: only what is said now is said aloud.
  private hold(live: Live, by: string, aloud: boolean): void {
    const before = this.live.view;
    this.live = live;
    if (live.view === before) return;
    this.view.set({ said: live.view, unread: this.chatOpen ? 0 : this.view.get().unread + this.newFrom(before, live.view) });
    if (aloud) saidNotices(before, live.view, this.mine).forEach(this.tell);
    // What a host decided while nothing could be heard is told all the same, but for how things stood at the beginning.
    if (isMicForbidden(before, live.view)) this.view.set({ asked: undefined });
    if (this.everRead) toldBetween(before, live.view, by).forEach((told) => { this.tellings.add(told); });
  }

  private newFrom(before: Said, now: Said): number {
    const known = new Set(before.messages.map((message) => message.id));
    return now.messages.filter((message) => !known.has(message.id) && !this.mine.has(message.participant)).length;
  }

  private seat(people: readonly Person[]): void {
    const byId = new Map(people.map((person) => [person.id, person]));
    this.order = settleOrder(this.order, people, this.fit);
    this.view.set({ people: keepSame(this.view.get().people, this.order.flatMap((id) => byId.get(id) ?? [])) });
  }

  private readSoon(pause: number): void {
    clearTimeout(this.readTimer);
    this.readTimer = setTimeout(() => {
      if (hasGap(this.live)) void this.readState();
    }, pause);
  }

  private async readState(): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    const generation = this.generation;
    try {
      const state = await this.api.state(this.me);
      if (generation === this.generation) {
        this.hold(read(this.live, state), "", false);
        this.everRead = true;
      }
    } catch (error) {
      if (generation === this.generation && error instanceof ApiError && isOut(error)) {
        this.happen({ type: "refused", error });
      }
    } finally {
      this.reading = false;
    }
    if (hasGap(this.live) && this.view.get().phase.name === "live") this.readSoon(readAgain);
  }

  private show(items: Parameters<typeof float>[1]): void {
    const floating = float(this.view.get().floating, items, Date.now(), this.floated);
    this.floated += floating.length;
    this.view.set({ floating });
    for (const { name, reaction, participant } of items) {
      if (!this.mine.has(participant)) this.tell({ type: "reaction", name, reaction });
    }
    this.sinkLater();
  }

  private sinkLater(): void {
    clearTimeout(this.sinkTimer);
    const first = this.view.get().floating[0];
    if (first === undefined) return;
    this.sinkTimer = setTimeout(() => {
      this.view.set({ floating: sink(this.view.get().floating, Date.now()) });
      this.sinkLater();
    }, Math.max(50, first.until - Date.now()));
  }

  private readonly tell = (notice: Notice): void => {
    for (const listener of this.noticeListeners) listener(notice);
  };

  private async attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.view.set({ failed: undefined });
    } catch (error) {
      this.view.set({ failed: asApiError(error).code });
    }
  }
}

/** Whether a host has forbidden the microphone meanwhile: who asked before is no longer to be answered. */
function isMicForbidden(before: Said, now: Said): boolean {
  return isForbiddenAnew("microphone", before.rules, now.rules) && forbiddenTo(now.rules, now.role).includes("microphone");
}

function isOut(error: ApiError): boolean {
  return error.code === "removed" || error.code === "blocked" || error.code === "meeting-over";
}

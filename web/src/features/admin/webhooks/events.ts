/** What a webhook may ask to hear of. A test compares with the server. */
export const events = [
  "meeting.created",
  "meeting.updated",
  "meeting.cancelled",
  "meeting.purged",
  "occurrence.updated",
  "occurrence.cancelled",
  "invitee.responded",
  "session.started",
  "session.ended",
  "participant.joined",
  "participant.left",
  "participant.waiting",
  "participant.admitted",
  "participant.denied",
] as const;

/** What it gets besides, whatever it asked for. */
export const others = ["webhook.challenge", "webhook.test", "webhook.disabled"] as const;

export type EventType = (typeof events)[number] | (typeof others)[number];

const known: readonly string[] = [...events, ...others];
export const isEvent = (word: string): word is EventType => known.includes(word);

/** All that can be decided, in the order in which it is shown. */
export const settingNames = [
  "roomCreation",
  "entry",
  "guests",
  "minAssurance",
  "opensWithHost",
  "muteOnEntry",
  "forbidden",
  "maxParticipants",
  "maxMinutes",
  "chatKeeping",
  "attendanceDays",
  "recording",
  "transcription",
  "embedding",
  "signInIdleMinutes",
  "signInHours",
  "webhookHosts",
] as const;
export type SettingName = (typeof settingNames)[number];

/** What is about people and software, and no room or template can say. */
export const ofAccounts: readonly SettingName[] = ["roomCreation", "signInIdleMinutes", "signInHours", "webhookHosts"];

/** What a room has no field for: its page tells what is locked of it. */
export const ofNoField: readonly SettingName[] = ["guests", "chatKeeping", "recording", "transcription", "embedding"];

export const isSettingName = (name: string): name is SettingName => settingNames.some((one) => one === name);

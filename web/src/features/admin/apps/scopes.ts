/** What software may be allowed, and the words for it. A test compares with the server. */
export const scopeWords = {
  "rooms.read": "roomsRead",
  "rooms.write": "roomsWrite",
  "meetings.read": "meetingsRead",
  "meetings.write": "meetingsWrite",
  "meetings.write.any": "meetingsWriteAny",
  "meetings.purge": "meetingsPurge",
  "attendance.read": "attendanceRead",
  "usage.read": "usageRead",
  "people.manage": "peopleManage",
  "organizations.manage": "organizationsManage",
  "policies.manage": "policiesManage",
  "audit.read": "auditRead",
  "webhooks.manage": "webhooksManage",
  "service-accounts.manage": "serviceAccountsManage",
} as const;

export type Scope = keyof typeof scopeWords;
export const scopes = Object.keys(scopeWords) as Scope[];
export const isScope = (word: string): word is Scope => word in scopeWords;

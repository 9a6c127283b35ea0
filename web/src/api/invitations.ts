import type { InvitationLink } from "../browser/invitationLink";
import { client, data } from "./client";
import type { Said } from "./meetings";
import type { components } from "./schema";

type Schemas = components["schemas"];

/** A meeting as somebody invited reads it by their personal link. */
export type InvitedTo = Schemas["InvitedTo"];
export type NewAnswer = Schemas["NewAnswer"];

/** The token travels in the body: no log has it. */
export function lookUpInvitation({ token, meeting }: InvitationLink, signal?: AbortSignal): Promise<InvitedTo> {
  return data(client.POST("/invitations/lookup", { body: { token, ...(meeting === undefined ? {} : { meeting }) }, signal }));
}

export function answerInvitation(token: string, meeting: string, answer: NewAnswer): Promise<InvitedTo> {
  return data(client.POST("/invitations/answer", { body: { token, meeting, ...answer } }));
}

export function answerMeeting(id: string, answer: NewAnswer): Promise<Said> {
  return data(client.PUT("/meetings/{id}/answer", { params: { path: { id } }, body: answer }));
}

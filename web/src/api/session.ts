import { archiveAt } from "./archive";
import { answered, client, data } from "./client";
import { apiError, networkError } from "./error";
import type { Config, Me, SignIn } from "./types";

export const getConfig = (): Promise<Config> => data(client.GET("/config", {}));
export const getMe = (): Promise<Me> => data(client.GET("/me", {}));

/** Has a code sent to an address, in a language. The answer does not say whether the address exists. */
export async function askForCode(email: string, language: string): Promise<void> {
  const headers = { "Accept-Language": language };
  await answered(client.POST("/me/email", { body: { email }, headers }));
}

/** Answers the address that is proved, as hosts see it. */
export async function confirmCode(code: string): Promise<string> {
  return (await data(client.POST("/me/email/confirm", { body: { code } }))).email;
}

export async function listSignIns(): Promise<SignIn[]> {
  return (await data(client.GET("/sign-ins", {}))).items;
}

export async function endSignIn(id: string): Promise<void> {
  await answered(client.DELETE("/sign-ins/{id}", { params: { path: { id } } }));
}

export async function endAllSignIns(): Promise<void> {
  await answered(client.DELETE("/sign-ins", {}));
}

/** A copy of all that is kept of oneself. */
export const copyOfMine = () => archiveAt("/api/v1/me/export");

/** A page of ours to come back to after the provider has said who this is. Without a provider the server chooses or asks. */
export function signInHref(returnTo: string, provider?: string): string {
  const query = new URLSearchParams({ returnTo });
  if (provider !== undefined) query.set("provider", provider);
  return `/auth/login?${query.toString()}`;
}

/** Ends the sign-in here and answers where to go: the provider's own sign-out, or a page of ours. */
export async function signOut(): Promise<string> {
  const response = await fetch("/auth/logout", { method: "POST" }).catch(() => {
    throw networkError();
  });
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw apiError(response, body);
  if (typeof body === "object" && body !== null && "redirectTo" in body && typeof body.redirectTo === "string") {
    return body.redirectTo;
  }
  return "/signed-out";
}

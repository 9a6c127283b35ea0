import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import i18next from "i18next";
import type { ReactNode } from "react";
import { initReactI18next } from "react-i18next";
import { vi } from "vitest";
import { addForms } from "../i18n/elision";
import { whole as en } from "../i18n/en/whole";
import { whole as fr } from "../i18n/fr/whole";

await i18next.use(initReactI18next).init({
  lng: "fr",
  fallbackLng: false,
  resources: { fr: { translation: fr }, en: { translation: en } },
  interpolation: { escapeValue: false },
});
addForms(i18next);

export function show(page: ReactNode) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(<QueryClientProvider client={queries}>{page}</QueryClientProvider>);
}

/** What the server is asked, and what it answers: by method and path. */
export type Answers = Record<string, (request: Request) => Response | Promise<Response>>;

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(status === 204 ? null : JSON.stringify(body), {
    status,
    headers: { "Content-Type": status >= 400 ? "application/problem+json" : "application/json", ...headers },
  });
}

export function problem(status: number, code: string): Response {
  return json({ code, status, title: code, requestId: "REQ1" }, status);
}

export function serve(answers: Answers) {
  const fetch = vi.fn(async (input: Request | string, init?: RequestInit) => {
    const request = typeof input === "string" ? new Request(new URL(input, location.origin), init) : input;
    const key = `${request.method} ${new URL(request.url).pathname}`;
    const answer = answers[key];
    if (answer === undefined) throw new TypeError(`nobody answers ${key}`);
    return answer(request);
  });
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

export const config = { name: "Parvis", url: "http://localhost", version: "1", languages: ["fr", "en"], providers: [{ name: "demo", label: "Démo" }] };
export const jeanne = {
  kind: "person",
  name: "Jeanne Morel",
  person: { id: "p1", givenName: "Jeanne", familyName: "Morel", email: "jeanne@example.gouv.fr" },
  organization: { id: "o1", name: "Intérieur" },
  assurance: "agent",
};
export const nobody = { kind: "anonymous", assurance: "unknown" };
export const room = {
  slug: "abc-defg-hij",
  url: "http://localhost/abc-defg-hij",
  name: "Cabinet",
  description: "",
  language: "fr",
  tags: ["suivi"],
  entry: "signed-in",
  minAssurance: "unknown",
  role: "owner",
  lastingRole: "owner",
  door: { state: "open" },
  createdAt: "2026-01-01T09:00:00Z",
  updatedAt: "2026-01-01T09:00:00Z",
};

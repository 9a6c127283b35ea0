import { asApiError } from "../../api/error";

/** Whether a refusal asks for a fresh sign-in. */
export function asksElevation(error: unknown): boolean {
  return asApiError(error).code === "elevation-required";
}

/** The way through the provider and back to the page that asked. */
export function elevateHref(path: string): string {
  return `/auth/login?${new URLSearchParams({ elevate: "1", returnTo: path }).toString()}`;
}

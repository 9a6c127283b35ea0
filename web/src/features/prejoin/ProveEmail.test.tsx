import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { json, problem, serve, show } from "../../test/render";
import { ProveEmail } from "./ProveEmail";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A form whose server answers so, and what the server was asked. */
function form(ask: () => Response, confirm: () => Response = () => problem(500, "internal"), proved?: string) {
  const asked: { path: string; body: unknown; language: string | null }[] = [];
  const noted = (answer: () => Response) => async (request: Request) => {
    asked.push({ path: new URL(request.url).pathname, body: await request.json(), language: request.headers.get("Accept-Language") });
    return answer();
  };
  serve({ "POST /api/v1/me/email": noted(ask), "POST /api/v1/me/email/confirm": noted(confirm) });
  const onProved = vi.fn();
  show(<ProveEmail proved={proved} onProved={onProved} />);
  return { asked, onProved };
}
const sent = () => json(null, 204);
const confirmed = () => json({ assurance: "email", email: "zoe@example.org" });

const open = () => userEvent.click(screen.getByRole("button", { name: "Prouver votre adresse électronique" }));
async function give(address: string) {
  await userEvent.type(await screen.findByLabelText("Adresse électronique"), address);
  await userEvent.click(screen.getByRole("button", { name: "M’envoyer un code" }));
}
async function type(code: string) {
  await userEvent.type(await screen.findByLabelText("Code reçu"), code);
  await userEvent.click(screen.getByRole("button", { name: "Confirmer" }));
}

test("what is no address is not sent, and is said at its field", async () => {
  const { asked } = form(sent);
  await open();
  await give("zoe");
  const input = screen.getByLabelText("Adresse électronique");
  expect(screen.getByRole("alert").textContent).toContain("par exemple");
  expect(input.getAttribute("aria-invalid")).toBe("true");
  expect(document.activeElement).toBe(input);
  expect(asked).toEqual([]);
});

test.each([
  [422, "invalid-request", /par exemple/],
  [429, "too-many-requests", /Trop/],
  [503, "mail-unavailable", /n’a pas pu être envoyé/],
])("a refusal is said in words: %i %s", async (status, code, text) => {
  form(() => problem(status, code));
  await open();
  await give("zoe@example.org");
  expect((await screen.findByRole("alert")).textContent).toMatch(text);
  expect(screen.queryByLabelText("Code reçu")).toBeNull();
});

test.each([
  [422, "code-invalid", /n’est pas le code/],
  [410, "code-expired", /Demandez-en un autre/],
])("a code that is refused may be typed anew: %i %s", async (status, code, text) => {
  const { onProved } = form(sent, () => problem(status, code));
  await open();
  await give("zoe@example.org");
  await type("123456");
  expect((await screen.findByRole("alert")).textContent).toMatch(text);
  expect(onProved).not.toHaveBeenCalled();
  await userEvent.type(screen.getByLabelText("Code reçu"), "7");
  expect(screen.queryByRole("alert")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Une autre adresse ou un autre code" }));
  expect(document.activeElement).toBe(screen.getByLabelText("Adresse électronique"));
});

test("what is no code is not sent", async () => {
  const { asked } = form(sent, confirmed);
  await open();
  await give("zoe@example.org");
  await type("12345");
  expect(screen.getByRole("alert").textContent).toContain("six chiffres");
  expect(asked).toHaveLength(1);
});

test("an address is proved by the keyboard alone, and that it is proved is said", async () => {
  const { asked, onProved } = form(sent, confirmed);
  await userEvent.tab();
  await userEvent.keyboard("{Enter}");
  expect(document.activeElement).toBe(await screen.findByLabelText("Adresse électronique"));
  await userEvent.keyboard("zoe@example.org{Enter}");
  const code = await screen.findByLabelText("Code reçu");
  expect(document.activeElement).toBe(code);
  expect(code.getAttribute("autocomplete")).toBe("one-time-code");
  expect(code.getAttribute("inputmode")).toBe("numeric");
  expect(screen.getByRole("status").textContent).toContain("zoe@example.org");
  await userEvent.keyboard("123 456{Enter}");
  const status = await screen.findByText(/est prouvée/);
  expect(status.getAttribute("role")).toBe("status");
  expect(document.activeElement).toBe(status);
  expect(onProved).toHaveBeenCalledOnce();
  expect(asked).toEqual([
    { path: "/api/v1/me/email", body: { email: "zoe@example.org" }, language: "fr" },
    { path: "/api/v1/me/email/confirm", body: { code: "123456" }, language: null },
  ]);
});

test("nobody has to, and the focus comes back", async () => {
  form(sent);
  await open();
  await userEvent.click(screen.getByRole("button", { name: "Pas maintenant" }));
  expect(document.activeElement).toBe(screen.getByRole("button", { name: "Prouver votre adresse électronique" }));
});

test("what was proved before is said", () => {
  form(sent, confirmed, "zoe@example.org");
  expect(screen.getByRole("status").textContent).toContain("zoe@example.org est prouvée");
  expect(screen.queryByRole("button")).toBeNull();
});

import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { Router } from "wouter";
import { memoryLocation } from "wouter/memory-location";
import { json, problem, serve, show } from "../../../test/render";
import { ClaimPage } from "./ClaimPage";

test("a wrong code is said, the right one leads to the console", async () => {
  let answer = problem(403, "claim-code-invalid");
  const asked: unknown[] = [];
  serve({
    "POST /api/v1/admin/claim": async (request) => {
      asked.push(await request.json());
      return answer;
    },
  });
  const location = memoryLocation({ path: "/admin/claim", record: true });
  show(
    <Router hook={location.hook}>
      <ClaimPage />
    </Router>,
  );
  await userEvent.type(screen.getByLabelText("Code"), "ABCDE");
  await userEvent.click(screen.getByRole("button", { name: "Devenir administrateur" }));
  await screen.findByRole("alert");
  answer = json({ id: "a", role: "platform-admin" });
  await userEvent.click(screen.getByRole("button", { name: "Devenir administrateur" }));
  await vi.waitFor(() => {
    expect(location.history.at(-1)).toBe("/admin");
  });
  expect(asked[0]).toEqual({ code: "ABCDE" });
});

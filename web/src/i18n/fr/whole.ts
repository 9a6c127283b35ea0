import type { Words } from "../words";
import { fr } from "./index";
import { admin } from "./admin";
import { history } from "./history";
import { invitation } from "./invitation";
import { planning } from "./planning";

/** All words, those that come with some pages included. */
export const whole = { ...fr, admin, history, invitation, planning };
export type WholeCatalogue = Words<typeof whole>;

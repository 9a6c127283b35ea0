import type { Words } from "../words";
import { fr } from "./index";
import { admin } from "./admin";
import { call } from "./call";
import { devices } from "./devices";
import { history } from "./history";
import { hosting } from "./hosting";
import { invitation } from "./invitation";
import { planning } from "./planning";
import { policy } from "./policy";
import { prejoin } from "./prejoin";

/** All words, those that come with some pages included. */
export const whole = { ...fr, admin, call, devices, history, hosting, invitation, planning, policy, prejoin };
export type WholeCatalogue = Words<typeof whole>;

import type { WholeCatalogue } from "../fr/whole";
import { en } from "./index";
import { admin } from "./admin";
import { call } from "./call";
import { devices } from "./devices";
import { history } from "./history";
import { hosting } from "./hosting";
import { invitation } from "./invitation";
import { planning } from "./planning";
import { policy } from "./policy";
import { prejoin } from "./prejoin";

export const whole: WholeCatalogue = { ...en, admin, call, devices, history, hosting, invitation, planning, policy, prejoin };

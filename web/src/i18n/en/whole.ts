import type { WholeCatalogue } from "../fr/whole";
import { en } from "./index";
import { admin } from "./admin";
import { history } from "./history";
import { invitation } from "./invitation";
import { planning } from "./planning";

export const whole: WholeCatalogue = { ...en, admin, history, invitation, planning };

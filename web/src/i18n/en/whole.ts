import type { WholeCatalogue } from "../fr/whole";
import { en } from "./index";
import { history } from "./history";
import { invitation } from "./invitation";
import { planning } from "./planning";

export const whole: WholeCatalogue = { ...en, history, invitation, planning };

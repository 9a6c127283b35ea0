import type { WholeCatalogue } from "../fr/whole";
import { en } from "./index";
import { invitation } from "./invitation";
import { planning } from "./planning";

export const whole: WholeCatalogue = { ...en, invitation, planning };

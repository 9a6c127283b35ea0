import type { WholeCatalogue } from "../fr/whole";
import { en } from "./index";
import { planning } from "./planning";

export const whole: WholeCatalogue = { ...en, planning };

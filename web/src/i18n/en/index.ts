import type { Catalogue } from "../fr";
import { account } from "./account";
import { call } from "./call";
import { common } from "./common";
import { devices } from "./devices";
import { errors } from "./errors";
import { home } from "./home";
import { hosting } from "./hosting";
import { lobby } from "./lobby";
import { members } from "./members";
import { prejoin } from "./prejoin";
import { room } from "./room";

export const en: Catalogue = { account, call, common, devices, errors, home, hosting, lobby, members, prejoin, room };

import type { Words } from "../words";
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

export const fr = { account, call, common, devices, errors, home, hosting, lobby, members, prejoin, room };

export type Catalogue = Words<typeof fr>;

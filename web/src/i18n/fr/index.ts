import { account } from "./account";
import { call } from "./call";
import { common } from "./common";
import { devices } from "./devices";
import { errors } from "./errors";
import { history } from "./history";
import { home } from "./home";
import { hosting } from "./hosting";
import { lobby } from "./lobby";
import { members } from "./members";
import { prejoin } from "./prejoin";
import { room } from "./room";

export const fr = { account, call, common, devices, errors, history, home, hosting, lobby, members, prejoin, room };

// Words has the keys of a catalogue and any text under them.
type Words<T> = { [K in keyof T]: T[K] extends string ? string : Words<T[K]> };
export type Catalogue = Words<typeof fr>;

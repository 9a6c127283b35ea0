import type { Words } from "../words";
import { account } from "./account";
import { common } from "./common";
import { errors } from "./errors";
import { home } from "./home";
import { lobby } from "./lobby";
import { members } from "./members";
import { room } from "./room";

export const fr = { account, common, errors, home, lobby, members, room };

export type Catalogue = Words<typeof fr>;

import type { Catalogue } from "../fr";
import { account } from "./account";
import { common } from "./common";
import { errors } from "./errors";
import { home } from "./home";
import { lobby } from "./lobby";
import { members } from "./members";
import { room } from "./room";

export const en: Catalogue = { account, common, errors, home, lobby, members, room };

import type { Role } from "../api/types";

/** Whether somebody hosts: the room's own rules for everybody else do not bind them. */
export function leads(role: string): boolean {
  return role === "owner" || role === "moderator";
}

/** Nobody acts on an owner but an owner; who does not host acts on nobody. The server has the last word. */
export function mayActOn(mine: Role, theirs: string): boolean {
  return mine === "owner" || (mine === "moderator" && theirs !== "owner");
}

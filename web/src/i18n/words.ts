/** The keys of a catalogue and any text under them. */
export type Words<T> = { [K in keyof T]: T[K] extends string ? string : Words<T[K]> };

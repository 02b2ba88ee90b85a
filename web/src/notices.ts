/** What became of the last change. */

import { signal } from "@preact/signals";

export type Notice = {
  readonly isFailure: boolean;
  /** `{name}` stands for a name of a contact. */
  readonly text: string;
  readonly name?: string;
  /** What the daemon says, in English. */
  readonly reason?: string;
  readonly undo?: () => void;
};

export const notice = signal<Notice | null>(null);

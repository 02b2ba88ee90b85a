import { useLayoutEffect, useRef } from "preact/hooks";

type Properties = {
  readonly name: string;
  readonly label: string;
  readonly autoComplete: string;
  readonly isSecret?: boolean;
  /** Has the focus as soon as it is shown. */
  readonly hasFocus?: boolean;
};

const SECRET = { type: "password" } as const;
const PLAIN = { type: "text" } as const;

/** A field that must be filled in, with its label. */
export function TextField({ name, label, autoComplete, isSecret = false, hasFocus = false }: Properties) {
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (hasFocus) input.current?.focus();
  }, [hasFocus]);
  return (
    <label class="field">
      {label}
      <input
        ref={input}
        {...(isSecret ? SECRET : PLAIN)}
        name={name}
        autocomplete={autoComplete}
        autocapitalize="none"
        spellcheck={false}
        required
      />
    </label>
  );
}

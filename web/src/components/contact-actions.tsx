import { texts } from "../language.ts";

const PENCIL = "M4 20l1-4.5L16.5 4 20 7.5 8.5 19zM14 6.5l3.5 3.5";
const BIN = "M4 6.5h16M9 6.5V4h6v2.5M6.5 6.5l1 13.5h9l1-13.5M10 10.5v6M14 10.5v6";

type Properties = {
  readonly name: string;
  /** Null if it may not be done. */
  readonly onEdit: (() => void) | null;
  readonly onRemove: (() => void) | null;
};

/** What can be done with a contact. */
export function ContactActions({ name, onEdit, onRemove }: Properties) {
  return (
    <div class="icon-buttons">
      {onEdit && <IconButton label={texts.contacts.edit} name={name} path={PENCIL} onClick={onEdit} />}
      {onRemove && <IconButton label={texts.contacts.remove} name={name} path={BIN} onClick={onRemove} />}
    </div>
  );
}

type IconButtonProperties = {
  readonly label: string;
  readonly name: string;
  readonly path: string;
  readonly onClick: () => void;
};

function IconButton({ label, name, path, onClick }: IconButtonProperties) {
  return (
    <button type="button" aria-label={label.replace("{name}", () => name)} onClick={onClick}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={path} />
      </svg>
    </button>
  );
}

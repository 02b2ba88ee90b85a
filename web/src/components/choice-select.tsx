type Properties = {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly onChoose: (value: string) => void;
  readonly class?: string;
};

/** A choice of one of some texts, with its label. */
export function ChoiceSelect({ label, value, options, onChoose, class: name = "order" }: Properties) {
  return (
    <label class={name}>
      <span>{label}</span>
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value} dir="auto">
            {option.text}
          </option>
        ))}
      </select>
    </label>
  );
}

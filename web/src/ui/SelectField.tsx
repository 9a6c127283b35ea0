import { Field } from "./Field";

export interface Option<T extends string | number> {
  value: T;
  label: string;
  /** Shown, and not to be chosen now. */
  disabled?: boolean;
  /** Of the label, where it is not the page's own. */
  lang?: string;
}

export interface OptionGroup<T extends string | number> {
  label: string;
  options: readonly Option<T>[];
}

/** What stands for none of them, where the field has that. */
type None<Any> = Any extends string ? "" : never;

interface SelectFieldProps<T extends string | number, Any extends string | undefined> {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  disabled?: boolean | undefined;
  required?: boolean | undefined;
  /** The words for none of them, which come first; the value is empty then. */
  any?: Any;
  options: readonly (Option<T> | OptionGroup<T>)[];
  value: T | None<Any>;
  onChoose: (chosen: T | None<Any>) => void;
}

/** One of a few, by its words. What is told is one of the options as it was handed in, never a text of the page's. */
export function SelectField<T extends string | number, Any extends string | undefined = undefined>(props: SelectFieldProps<T, Any>) {
  const { label, hint, error, disabled, required, any, options, value, onChoose } = props;
  const choose = (text: string) => {
    const chosen = options.flatMap(optionsIn).find((one) => String(one.value) === text);
    if (chosen !== undefined) onChoose(chosen.value);
    else if (any !== undefined && text === "") onChoose("" as None<Any>);
  };
  return (
    <Field label={label} hint={hint} error={error}>
      {(wiring) => (
        <select
          {...wiring}
          className="field"
          disabled={disabled}
          required={required}
          value={value}
          onChange={(event) => {
            choose(event.target.value);
          }}
        >
          {any !== undefined && <option value="">{any}</option>}
          {options.map((one) =>
            "options" in one ? (
              <optgroup key={one.label} label={one.label}>
                {one.options.map(optionOf)}
              </optgroup>
            ) : (
              optionOf(one)
            ),
          )}
        </select>
      )}
    </Field>
  );
}

function optionsIn<T extends string | number>(one: Option<T> | OptionGroup<T>): readonly Option<T>[] {
  return "options" in one ? one.options : [one];
}

function optionOf<T extends string | number>({ value, label, disabled, lang }: Option<T>) {
  return (
    <option key={value} value={value} disabled={disabled} lang={lang}>
      {label}
    </option>
  );
}

/** The options of a list of things that have a name. */
export function named(of: readonly { id: string; name: string }[]): Option<string>[] {
  return of.map(({ id, name }) => ({ value: id, label: name }));
}

import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import './field.css';

interface FieldProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly onChange: (value: T) => void;
  /** Said below the field: what it means, or what is expected. */
  readonly hint?: string;
  /** What is wrong with the value. */
  readonly error?: string | undefined;
  /** The label is for screen readers only, because the place says what it is. */
  readonly isLabelHidden?: boolean;
  /** By which its form finds it. */
  readonly name?: string;
}

interface TextFieldProps extends FieldProps<string> {
  readonly type?: 'text' | 'search' | 'date' | 'datetime-local' | 'number';
  readonly placeholder?: string;
  readonly isRequired?: boolean;
  /** Suggested values. */
  readonly options?: readonly string[];
  readonly autofocus?: boolean;
}

export function TextField(props: TextFieldProps): JSX.Element {
  const id = useId();
  const { value, onChange, type = 'text', name, placeholder, isRequired, options, error, autofocus } = props;
  return (
    <Labelled id={id} {...props}>
      <input
        id={id}
        name={name}
        type={type}
        value={value}
        placeholder={placeholder}
        required={isRequired}
        autofocus={autofocus}
        spellcheck={false}
        autocomplete="off"
        list={options && `${id}-options`}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-hint`}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
      {options && (
        <datalist id={`${id}-options`}>
          {options.map((option) => (
            <option key={option} value={option} />
          ))}
        </datalist>
      )}
    </Labelled>
  );
}

interface SelectFieldProps<T extends string> extends FieldProps<T> {
  readonly options: readonly { readonly value: T; readonly text: string }[];
}

export function SelectField<T extends string>(props: SelectFieldProps<T>): JSX.Element {
  const id = useId();
  const { value, onChange, name, options, error } = props;
  return (
    <Labelled id={id} {...props}>
      <select
        id={id}
        name={name}
        value={value}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-hint`}
        onChange={({ currentTarget }) => onChange(currentTarget.value as T)}
      >
        {options.map(({ value: one, text }) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

interface CheckFieldProps {
  readonly label: string;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
}

export function CheckField({ label, isChecked, onChange }: CheckFieldProps): JSX.Element {
  return (
    <label class="check">
      <input type="checkbox" checked={isChecked} onChange={({ currentTarget }) => onChange(currentTarget.checked)} />
      {label}
    </label>
  );
}

interface LabelledProps extends Pick<FieldProps<string>, 'label' | 'hint' | 'error' | 'isLabelHidden'> {
  readonly id: string;
  readonly children: JSX.Element | readonly (JSX.Element | undefined | false)[];
}

function Labelled({ id, label, hint, error, isLabelHidden = false, children }: LabelledProps): JSX.Element {
  return (
    <div class="field">
      <label for={id} class={isLabelHidden ? 'unseen' : ''}>
        {label}
      </label>
      {children}
      <span id={`${id}-hint`} class={error === undefined ? 'hint' : 'hint bad'}>
        {error ?? hint}
      </span>
    </div>
  );
}

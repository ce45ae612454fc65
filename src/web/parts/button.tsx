import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { notifyOfError } from './notices.tsx';
import './button.css';

export interface ButtonProps {
  readonly children: ComponentChildren;
  /** May be asynchronous: the button is busy until it ends, and what fails is told as a notice. */
  readonly onClick?: () => unknown;
  readonly kind?: 'plain' | 'primary' | 'danger' | 'quiet';
  readonly type?: 'button' | 'submit';
  readonly isDisabled?: boolean;
  /** For a button that can be on or off. */
  readonly isPressed?: boolean;
  /** The name, if the button shows a sign only. */
  readonly label?: string;
  /** A hint shown on hover. */
  readonly title?: string;
}

export function Button(props: ButtonProps): JSX.Element {
  const { children, onClick, kind = 'plain', type = 'button', isDisabled = false, isPressed, label, title } = props;
  const [isBusy, setIsBusy] = useState(false);

  async function act(): Promise<void> {
    if (onClick === undefined) return;
    setIsBusy(true);
    try {
      await onClick();
    } catch (error) {
      notifyOfError(error);
    } finally {
      setIsBusy(false);
    }
  }

  return (
    <button
      type={type}
      class={`button ${kind}`}
      disabled={isDisabled || isBusy}
      aria-busy={isBusy}
      aria-pressed={isPressed}
      aria-label={label}
      title={title ?? label}
      onClick={() => void act()}
    >
      {children}
    </button>
  );
}

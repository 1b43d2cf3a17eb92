import { Window } from 'happy-dom'

/** The page as a browser would have it: parsed, and its script run. Close it when done. */
export function opened(html: string, address = 'https://report.test/'): Window {
  const window = new Window({
    url: address,
    width: 1280,
    height: 900,
    settings: {
      // The page's own script is what is tested, and it has nothing to fetch.
      enableJavaScriptEvaluation: true,
      suppressInsecureJavaScriptEnvironmentWarning: true,
      disableCSSFileLoading: true,
      disableJavaScriptFileLoading: true,
    },
  })
  window.document.write(html)
  return window
}

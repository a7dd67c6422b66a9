/** Operations that are compiled but cannot be differentiated in their real inputs, and why that may stay so. */
export const gradientless: Readonly<Record<string, string>> = {
  bincount: 'counts are of whole numbers; nobody learns their weights',
  denseBincount: 'counts are of whole numbers; nobody learns their weights',
  ensureShape: 'it hands its input back, and tfjs differentiates no function that does nothing',
};

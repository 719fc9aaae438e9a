Scalar.createApiReference('#reference', {
  url: '/openapi.json',
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  authentication: { preferredSecurityScheme: 'bearer' },
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
});

defmodule Web.MixProject do
  use Mix.Project

  def project, do: [app: :web, deps: deps()]

  def application, do: [mod: {:web, []}]

  defp deps do
    [
      {:phoenix, "~> 1.7.0"},
      {:store, in_umbrella: true},
      # {:commented, "~> 1.0"},
      {:fork,
       git: "https://github.com/owner/fork.git", branch: "main"}
    ]
  end
end

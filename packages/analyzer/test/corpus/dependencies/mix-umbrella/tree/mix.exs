defmodule Shop.MixProject do
  use Mix.Project

  def project do
    [apps_path: "apps", deps: deps()]
  end

  defp deps do
    [
      {:credo, "~> 1.7", only: [:dev, :test], runtime: false}
    ]
  end
end

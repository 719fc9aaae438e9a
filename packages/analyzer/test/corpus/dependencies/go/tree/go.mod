module example.com/service

go 1.22

toolchain go1.22.4

require github.com/gin-gonic/gin v1.9.1

require (
	github.com/replaced/fork v1.0.0
	github.com/local/module v0.1.0
	golang.org/x/text v0.14.0 // indirect
	gopkg.in/yaml.v3 v3.0.1 // indirect; by a test
	github.com/excluded/one v1.0.0
	github.com/some/commit v0.0.0-20230101000000-0123456789ab
)

replace (
	github.com/replaced/fork v1.0.0 => github.com/our/fork v1.0.1
	github.com/local/module => ./module
)

exclude github.com/excluded/one v1.0.0

retract [v1.0.0, v1.0.5] // a mistake

module github.com/x/y

require github.com/never/seen v1.0.0

module example.com/user

go 1.26

require runnertape v0.0.0

replace runnertape => ../../../..

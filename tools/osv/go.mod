module shiplock.dev/tools/osv

go 1.26.8

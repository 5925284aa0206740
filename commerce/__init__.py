"""Shops, menus, stock, carts, orders, payments, coupons, places and the ledger."""
